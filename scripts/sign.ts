// `npm run sign`: the detached signature of a package, which the program that runs checks with its built-in key.
//
//   npm run sign -- FILE... --key PRIVATE.pem     writes FILE.sig beside each
//   npm run sign -- --new-key NAME                makes NAME.private.pem (keep it off every machine but the one that signs) and NAME.public.pem,
//                                                 which goes into the program: npm run build -- --update-key NAME.public.pem
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { tellHelp } from "./head-comment.ts";

const { values, positionals } = parseArgs({
  options: { key: { type: "string" }, "new-key": { type: "string" }, help: { type: "boolean", default: false } },
  allowPositionals: true,
});
if (values.help) tellHelp(import.meta.filename);

const name = values["new-key"];
if (name !== undefined) await makeKey(name);
else if (values.key !== undefined && positionals.length > 0) await signAll(positionals, values.key);
else {
  console.error(
    "Say what to sign and with which key: npm run sign -- FILE --key PRIVATE.pem. A key is made by --new-key NAME.",
  );
  process.exitCode = 2;
}

async function makeKey(to: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  // An older key is not written over: packages that it signed are out there.
  const once = { flag: "wx" } as const;
  await writeFile(`${to}.private.pem`, privateKey.export({ type: "pkcs8", format: "pem" }), { ...once, mode: 0o600 });
  await writeFile(`${to}.public.pem`, publicKey.export({ type: "spki", format: "pem" }), once);
  console.log(`${to}.private.pem and ${to}.public.pem`);
}

async function signAll(files: readonly string[], keyFile: string): Promise<void> {
  const key = createPrivateKey(await readFile(keyFile, "utf8"));
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`${keyFile} is no Ed25519 key.`);
  for (const file of files) {
    const bytes = await readFile(file);
    const signature = sign(null, bytes, key);
    if (!verify(null, bytes, createPublicKey(key), signature)) throw new Error(`${file} could not be signed.`);
    await writeFile(`${file}.sig`, `${signature.toString("base64")}\n`);
    console.log(`${file}.sig`);
  }
}
