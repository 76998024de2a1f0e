"use client";

import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import {
  ApiClient,
  endpoints,
  Realtime,
  SessionManager,
  type Endpoints,
  type SessionState,
  type User,
} from "@/api-client";
import { useStore } from "@/shared/lib/store";

/** What a signed-in page works with; made once per page load. */
export interface Services {
  session: SessionManager;
  api: Endpoints;
  realtime: Realtime;
}

const ServicesContext = createContext<Services | null>(null);

function createServices(): Services {
  const session = new SessionManager();
  const http = new ApiClient(session);
  return {
    session,
    api: endpoints(http),
    realtime: new Realtime({
      url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`,
      tokens: session,
      http,
    }),
  };
}

/** The Auth Context: restores the session once, and keeps the connection as long as someone is signed in. */
export function AuthProvider({ children }: { children: ReactNode }) {
  const [services] = useState(createServices);
  const state = useStore(services.session.state);

  useEffect(() => {
    void services.session.restore();
  }, [services]);

  const userId = state.phase === "signed-in" ? state.user.id : undefined;
  useEffect(() => {
    if (userId === undefined) return;
    services.realtime.start();
    return () => {
      services.realtime.stop();
    };
  }, [services, userId]);

  return <ServicesContext value={services}>{children}</ServicesContext>;
}

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error("useServices needs an AuthProvider above it");
  return services;
}

export function useSession(): SessionState {
  return useStore(useServices().session.state);
}

/** The person signed in; only below `RequireSession`. */
export function useUser(): User {
  const state = useSession();
  if (state.phase !== "signed-in" && state.phase !== "ended") {
    throw new Error("useUser needs a RequireSession above it");
  }
  return state.user;
}
