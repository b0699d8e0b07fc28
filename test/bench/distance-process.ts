import { connect, createServer, type AddressInfo } from "node:net";

const [, , endpoint = "", milliseconds] = process.argv;
const { hostname, port } = new URL(endpoint);

/** Bytes on their way to the endpoint wait; those that come back do not: together that is one round trip. */
const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host: hostname, port: Number(port), noDelay: true });
  const later = (act: () => void) => setTimeout(act, Number(milliseconds));
  near.on("data", (bytes) => later(() => far.write(bytes))).on("end", () => later(() => far.end()));
  far.pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
});

server.listen(0, "127.0.0.1", () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
// It ends with whoever started it.
process.once("disconnect", () => process.exit());
