import { spawn } from "node:child_process";
import { timingSafeEqual } from "node:crypto";
import ssh2 from "ssh2";

const { Server, utils } = ssh2;

/** A key pair in OpenSSH's forms, and what the wire carries of its public half. */
function createKeys() {
  const pair = utils.generateKeyPairSync("ed25519");
  return { ...pair, parsed: utils.parseKey(pair.public) };
}

const same = (one, other) => one.length === other.length && timingSafeEqual(one, other);

/** Lets in whoever signs with this one key, whatever name they give. */
function admit(context, key) {
  const known =
    context.method === "publickey" && context.key.algo === key.type && same(context.key.data, key.getPublicSSH());
  // Without a signature it is only asked whether the key would do.
  const proven =
    known && (!context.signature || key.verify(context.blob, context.signature, context.hashAlgo) === true);
  return proven ? context.accept() : context.reject(["publickey"]);
}

/** Sends one repository, and nothing else: no shell, no other command, no other folder. */
function serve(session, path, folder) {
  const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1" };
  session.on("env", (accept, reject, { key, val }) => {
    if (key === "GIT_PROTOCOL") env.GIT_PROTOCOL = val;
    accept?.();
  });
  session.on("exec", (accept, reject, { command }) => {
    if (command !== `git-upload-pack '${path}'`) return reject?.();
    const channel = accept();
    const git = spawn("git", ["upload-pack", "--strict", folder], { env, stdio: ["pipe", "pipe", "ignore"] });
    git.stdin.on("error", () => undefined);
    channel.on("close", () => git.kill());
    channel.pipe(git.stdin);
    git.stdout.pipe(channel, { end: false });
    git.on("close", (code) => {
      channel.exit(code ?? 1);
      channel.end();
    });
  });
}

/**
 * Serves one bare repository over SSH on loopback.
 *
 * @returns its address, and what a client needs: a private key that is let in, and the host's key to pin.
 */
export async function startSshServer({ path, folder }) {
  const [host, client] = [createKeys(), createKeys()];
  const connections = new Set();
  const server = new Server({ hostKeys: [host.private] }, (connection) => {
    connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => connections.delete(connection));
    connection.on("authentication", (context) => admit(context, client.parsed));
    connection.on("session", (accept) => serve(accept(), path, folder));
  });
  await new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address();
  return {
    url: `ssh://git@127.0.0.1:${port}${path}`,
    credentials: { type: "ssh", privateKey: client.private, knownHosts: `[127.0.0.1]:${port} ${host.public}` },
    close: () => {
      for (const connection of connections) connection.end();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
