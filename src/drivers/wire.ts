/** How a vendor's messages become bytes, and bytes messages. Masking of card data, and taking secrets out, happens here. */
import type { HttpAnswer, HttpRequest } from "../core/http.ts";
import type { Crypto } from "../core/ports.ts";

export type Wire<Message> = StreamWire<Message> | HttpWire<Message>;

/** What a framer makes of a chunk. Nothing is dropped in silence: bytes that are no frame leave as `discarded`. */
export type Framed =
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "discarded"; readonly bytes: Uint8Array; readonly why: string };

/** Cuts a byte stream into frames, however it is chunked. Holds at most its limit of bytes. */
export interface Framer {
  push(chunk: Uint8Array): readonly Framed[];
  /** The stream ended or paused for good: what is left over. */
  flush(): readonly Framed[];
}

export type Decoded<Message> =
  { readonly kind: "message"; readonly message: Message } | { readonly kind: "garbled"; readonly why: string };

/** A byte stream with frames (serial, USB, TCP). */
export type StreamWire<Message> = {
  readonly kind: "stream";
  createFramer(): Framer;
  encode(message: Message, crypto: Crypto): Uint8Array;
  decode(frame: Uint8Array, crypto: Crypto): Decoded<Message>;
};

/** One request, one answer, over a connection of their own. */
export type HttpWire<Message> = {
  readonly kind: "http";
  /** Without a secret in it: this is what `dispatched` stores, and what a repeat sends again, byte for byte. */
  encode(message: Message): HttpRequest;
  /** Adds what needs a secret, each time the request leaves. What it answers goes to the socket and nowhere else. */
  seal(request: HttpRequest, keys: Keys): HttpRequest;
  /**
   * Checks what authenticates the answer, masks card data, and takes secrets out.
   *
   * @param asked the request that it answers, before it was sealed
   */
  open(answer: HttpAnswer, asked: HttpRequest, keys: Keys): OpenedAnswer<Message>;
  readonly maxAnswerBytes: number;
};

export type OpenedAnswer<Message> =
  | {
      readonly kind: "message";
      readonly message: Message;
      /** What was taken out of the answer, by the labels that stand in the message in its place. */
      readonly secrets?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "garbled"; readonly why: string };

/**
 * A terminal's secrets by their names. Only `seal` and `open` have them: nothing that they answer here is kept in a state, a
 * trace or the journal. A name that the house does not know is the driver's mistake.
 */
export interface Keys {
  /** For what carries the secret itself: `Bearer ...`. */
  reveal(key: string): string;
  /** RSASSA-PKCS1-v1_5 with SHA-256, by a private key that a person gave. */
  signRs256(key: string, bytes: Uint8Array): Uint8Array;
  hmacSha256(key: string, bytes: Uint8Array): Uint8Array;
  /** RSA PKCS#1 v1.5 with a private key of `createKeyPair`; undefined where it cannot be decrypted. Wrong bytes may decrypt to noise. */
  decryptRsa(key: string, ciphertext: Uint8Array): Uint8Array | undefined;
  /** In constant time. */
  equal(one: Uint8Array, other: Uint8Array): boolean;
}
