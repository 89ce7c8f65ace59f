/** AES encryption: aes_encrypt, aes_decrypt, try_aes_decrypt. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { EngineLibrary, Value } from "../../engine/engine.js";
import { isLakeletError, LakeletError } from "../../errors/lakelet-error.js";
import { BINARY } from "../../schema/data-type.js";
import type { FunctionEntry } from "../typed.js";
import { aString, type Expected, scalar } from "./argument.js";
import { invalidParameterValue } from "./function-errors.js";

/** Texts (as their UTF-8) and bytes; Spark takes nothing else. */
const bytes: Expected = {
  text: 'the "BINARY" type',
  target: (type) => (type.kind === "string" || type.kind === "binary" || type.kind === "void" ? BINARY : undefined),
};

const DEFAULTS = ["'GCM'", "'DEFAULT'", "''::BLOB", "''::BLOB"];

/** The arguments with the defaults of those that were left out. */
function complete(args: readonly string[], count: number): string {
  return [...args, ...DEFAULTS.slice(args.length - 2)].slice(0, count).join(", ");
}

export const aesFunctions: readonly FunctionEntry[] = [
  scalar("aes_encrypt", {
    takes: [bytes, bytes, aString, aString, bytes, bytes],
    optional: 4,
    gives: BINARY,
    nullable: true,
    sql: (args) => `spark_aes_encrypt(${complete(args, 6)})`,
  }),
  ...(["aes_decrypt", "try_aes_decrypt"] as const).map((name) =>
    scalar(name, {
      takes: [bytes, bytes, aString, aString, bytes],
      optional: 3,
      gives: BINARY,
      nullable: true,
      sql: ([input = "", key = "", mode = "'GCM'", padding = "'DEFAULT'", aad = "''::BLOB"]) =>
        `spark_aes_decrypt(${input}, ${key}, ${mode}, ${padding}, ${aad}, ${name === "aes_decrypt"})`,
    }),
  ),
];

interface Mode {
  readonly name: "ECB" | "CBC" | "GCM";
  /** Bytes of the initialization vector. */
  readonly vector: number;
  readonly tag: number;
  readonly paddings: readonly string[];
}

const MODES: readonly Mode[] = [
  { name: "ECB", vector: 0, tag: 0, paddings: ["PKCS", "DEFAULT"] },
  { name: "CBC", vector: 16, tag: 0, paddings: ["PKCS", "DEFAULT"] },
  { name: "GCM", vector: 12, tag: 16, paddings: ["NONE", "DEFAULT"] },
];

function unsupported(kind: string, problem: string): LakeletError {
  return new LakeletError({
    condition: `UNSUPPORTED_FEATURE.${kind}`,
    sqlState: "0A000",
    problem,
    cure: "Modes and paddings: ECB with PKCS, CBC with PKCS, GCM with NONE.",
  });
}

function modeOf(name: string, padding: string): Mode {
  const mode = MODES.find((one) => one.name === name.toUpperCase());
  if (mode?.paddings.includes(padding.toUpperCase())) return mode;
  throw unsupported("AES_MODE", `AES-${name} with the padding ${padding} is not supported.`);
}

function algorithmOf(mode: Mode, key: Uint8Array): string {
  if (![16, 24, 32].includes(key.length)) {
    throw invalidParameterValue(
      "AES_KEY_LENGTH",
      "aes_encrypt",
      `the key must have 16, 24 or 32 bytes, but it has ${key.length}`,
    );
  }
  return `aes-${8 * key.length}-${mode.name.toLowerCase()}`;
}

function checkAdditional(mode: Mode, aad: Uint8Array, name: string): void {
  if (aad.length > 0 && mode.name !== "GCM") {
    throw unsupported(
      "AES_MODE_AAD",
      `\`${name}\` with AES-${mode.name} takes no additional authenticated data (AAD).`,
    );
  }
}

function encrypt(input: Uint8Array, key: Uint8Array, mode: Mode, given: Uint8Array, aad: Uint8Array): Uint8Array {
  const algorithm = algorithmOf(mode, key);
  if (given.length > 0 && mode.vector === 0) {
    throw unsupported("AES_MODE_IV", "`aes_encrypt` with AES-ECB takes no initialization vector (IV).");
  }
  checkAdditional(mode, aad, "aes_encrypt");
  if (given.length > 0 && given.length !== mode.vector) {
    throw invalidParameterValue(
      "AES_IV_LENGTH",
      "aes_encrypt",
      `an IV of ${mode.name} has ${mode.vector} bytes, but this one has ${given.length}`,
    );
  }
  const vector = given.length > 0 ? given : randomBytes(mode.vector);
  if (mode.name !== "GCM") {
    const cipher = createCipheriv(algorithm, key, mode.vector === 0 ? null : vector);
    return Buffer.concat([vector, cipher.update(input), cipher.final()]);
  }
  const cipher = createCipheriv(algorithm as CipherGCMTypes, key, vector).setAAD(aad);
  return Buffer.concat([vector, cipher.update(input), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(input: Uint8Array, key: Uint8Array, mode: Mode, aad: Uint8Array): Uint8Array {
  const algorithm = algorithmOf(mode, key);
  checkAdditional(mode, aad, "aes_decrypt");
  if (input.length < mode.vector + mode.tag) throw cryptoError("the input is too short");
  const vector = input.subarray(0, mode.vector);
  const end = input.length - mode.tag;
  const body = input.subarray(mode.vector, end);
  try {
    if (mode.name !== "GCM") {
      const decipher = createDecipheriv(algorithm, key, mode.vector === 0 ? null : vector);
      return Buffer.concat([decipher.update(body), decipher.final()]);
    }
    const decipher = createDecipheriv(algorithm as CipherGCMTypes, key, vector, { authTagLength: mode.tag });
    decipher.setAAD(aad).setAuthTag(input.subarray(end));
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch (error) {
    throw cryptoError(error instanceof Error ? error.message : String(error));
  }
}

function cryptoError(detail: string): LakeletError {
  return invalidParameterValue(
    "AES_CRYPTO_ERROR",
    "aes_decrypt",
    `the value cannot be decrypted with this key: ${detail}`,
    "Use `try_aes_decrypt` to tolerate it and return NULL instead.",
  );
}

const binary = (value: Value | undefined) => value as Uint8Array;

export const aesLibrary: EngineLibrary = {
  macros: {},
  functions: [
    {
      name: "spark_aes_encrypt",
      parameters: ["BLOB", "BLOB", "VARCHAR", "VARCHAR", "BLOB", "BLOB"],
      returns: "BLOB",
      // The vector is by chance where none is given.
      volatile: true,
      call: (input, key, mode, padding, vector, aad) =>
        encrypt(binary(input), binary(key), modeOf(String(mode), String(padding)), binary(vector), binary(aad)),
    },
    {
      name: "spark_aes_decrypt",
      parameters: ["BLOB", "BLOB", "VARCHAR", "VARCHAR", "BLOB", "BOOLEAN"],
      returns: "BLOB",
      call(input, key, mode, padding, aad, raises) {
        try {
          return decrypt(binary(input), binary(key), modeOf(String(mode), String(padding)), binary(aad));
        } catch (error) {
          if (raises === true || !isLakeletError(error)) throw error;
          return null;
        }
      },
    },
  ],
};
