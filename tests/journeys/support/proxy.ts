import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Network {
  /** The address a browser opens to come in over this network. */
  url: string;
  /** Every connection breaks, and new ones are refused until `mend`. */
  breakDown: () => void;
  mend: () => void;
  /** Every connection breaks once; new ones come through. */
  cut: () => void;
  /** From now on, as some proxies do it: what asks to become a WebSocket is refused; the rest comes through. */
  refuseSockets: () => void;
  stop: () => Promise<void>;
}

/** The network between one browser and the system: bytes both ways, until it is told to break. */
export async function startNetwork(target: string): Promise<Network> {
  const { hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let broken = false;
  let socketsRefused = false;
  const server = createServer((inside) => {
    if (broken) {
      inside.resetAndDestroy();
      return;
    }
    if (socketsRefused) {
      // A browser opens a connection of its own for each WebSocket.
      inside.once("data", (first: Buffer) => {
        if (!first.toString("latin1").startsWith("GET /ws")) return;
        inside.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      });
    }
    const outside = connect(Number(port), hostname);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakDown: () => {
      broken = true;
      cut();
    },
    mend: () => {
      broken = false;
    },
    cut,
    refuseSockets: () => {
      socketsRefused = true;
      cut();
    },
    stop: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => {
          resolve();
        });
      }),
  };
}
