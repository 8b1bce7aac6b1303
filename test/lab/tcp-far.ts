// The other end of TCP connections, on the machine where it runs. Tells in lines what it hears. SIGUSR2 resets them, SIGHUP ends
// them in order, behind a last word.
import { createServer, type Socket } from "node:net";

const sockets = new Set<Socket>();
const server = createServer((socket) => {
  sockets.add(socket);
  console.log("connected");
  socket.on("data", (bytes) => console.log(`heard ${bytes.toString("latin1").slice(0, 100)}`));
  socket.on("end", () => console.log("ended"));
  socket.on("error", () => {}); // the other side may break off at any time
  socket.on("close", () => sockets.delete(socket));
});
server.listen(Number(process.argv[2]), "0.0.0.0", () => console.log("listening"));

process.on("SIGUSR2", () => {
  for (const socket of sockets) socket.resetAndDestroy();
});
process.on("SIGHUP", () => {
  for (const socket of sockets) socket.end("last words");
});
