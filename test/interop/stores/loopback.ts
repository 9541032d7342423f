/**
 * Loaded into the store's process before the store, with --import; it imports nothing of the store. The store would
 * listen on every address of the machine, on a port that it must be told: with this it listens on a free port of the
 * loopback only, says which, and ends with the tests, however they end.
 */
import { Server } from "node:net";

const { listen } = Server.prototype;

Object.assign(Server.prototype, {
  listen(this: Server, _port: unknown, listening?: () => void) {
    this.once("listening", () => process.send?.(this.address()));
    return Reflect.apply(listen, this, [{ port: 0, host: "127.0.0.1" }, listening]);
  },
});

process.once("disconnect", () => process.exit());
