/** What a link tells the connection above it. After `onLost`, or `close`, it says nothing more. */
export interface LinkHandlers {
  /** A frame of the server, as parsed JSON. */
  onFrame(json: unknown): void;
  /** The link is gone, with the close code of a socket or 1006. */
  onLost(code: number): void;
  /** Something may have changed that no frame told. */
  onStale(): void;
}

/** One way to the server that speaks the frames of `/ws`: the socket itself, or HTTP in its stead. */
export interface Link {
  transmit(frame: object): void;
  close(): void;
}

export const CLOSE = {
  authentication: 4000,
  expired: 4001,
  format: 4002,
  rate: 4003,
  lost: 1006,
};

const PROTOCOL = "apex.v1";

/** A WebSocket that presents `token` as its first frame. */
export function openSocket(url: string, token: string, handlers: LinkHandlers): Link {
  const socket = new WebSocket(url, PROTOCOL);
  let over = false;
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ type: "authenticate", token }));
  });
  socket.addEventListener("message", (event: MessageEvent) => {
    if (over) return;
    let json: unknown;
    try {
      json = JSON.parse(String(event.data));
    } catch {
      return;
    }
    handlers.onFrame(json);
  });
  socket.addEventListener("close", (event) => {
    if (over) return;
    over = true;
    handlers.onLost(event.code);
  });
  return {
    transmit(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close() {
      over = true;
      socket.close();
    },
  };
}

/**
 * A socket tried beside the link in use. With its first frame it has got through: `takeOver` then says who listens to
 * it from there on, or nobody; until then it is nobody's, and `failed` is told once when it does not get through.
 */
export function trySocket(
  url: string,
  token: string,
  patienceMs: number,
  takeOver: (link: Link) => LinkHandlers | undefined,
  failed: () => void,
): Link {
  let taken: LinkHandlers | undefined;
  const timer = setTimeout(() => {
    socket.close();
    failed();
  }, patienceMs);
  const link: Link = {
    transmit: (frame) => {
      socket.transmit(frame);
    },
    close() {
      clearTimeout(timer);
      socket.close();
    },
  };
  const socket = openSocket(url, token, {
    onFrame(json) {
      if (taken === undefined) {
        clearTimeout(timer);
        taken = takeOver(link);
        if (taken === undefined) socket.close();
      }
      taken?.onFrame(json);
    },
    onLost(code) {
      clearTimeout(timer);
      if (taken === undefined) failed();
      else taken.onLost(code);
    },
    onStale() {
      taken?.onStale();
    },
  });
  return link;
}
