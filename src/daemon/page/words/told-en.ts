import type { ToldWords } from "./told-words.ts";

const COMPARE =
  "Do not charge again. Compare the receipts and the acquirer's list, then say under “In doubt” how it ended.";

export const ENGLISH_TOLD: ToldWords = {
  alarms: {
    accountRefused: {
      what: "The vendor's cloud no longer accepts this shop's access: none of the account's terminals takes a payment.",
      remedy: "Call your technician: a new access has to be stored.",
    },
    contradiction: {
      what: "A payment had ended, and the terminal now tells something else about it.",
      remedy: COMPARE,
    },
    endNotKnown: {
      what: "Nobody can tell any more whether a refund has reached the customer.",
      remedy: "Look for it in the vendor's portal. Do not refund again before that.",
    },
    idempotencyKeyUsed: {
      what: "The vendor takes a payment for another one that it knows already: whether money moved is not known.",
      remedy: COMPARE,
    },
    journalFailed: {
      what: "What became of a payment could not be written down.",
      remedy:
        "Do not charge again. Free space on this computer's disk, or call your technician: then it is found out by itself.",
    },
    journalOlder: {
      what: "The record of payments may be an old copy: a POS program knows of newer ones.",
      remedy: "Call your technician before anything is charged again.",
    },
    otherDevice: {
      what: "Another device answers in a terminal's place. No payment is taken there.",
      remedy: "Was the terminal exchanged, or plugged in elsewhere? Your technician says which device it is.",
    },
    partialNotAsked: {
      what: "Only a part of the amount was paid, which the POS program had not allowed.",
      remedy: "Take the rest from the customer, or void the payment.",
    },
    personNeeded: {
      what: "Whether a payment was charged is not known, and the terminal cannot tell.",
      remedy: COMPARE,
    },
    resultNotBelieved: {
      what: "The terminal's answer does not fit the payment that was asked for: it is not believed.",
      remedy: COMPARE,
    },
    tendersNotAsked: {
      what: "The customer paid with several means of payment, which the POS program had not allowed.",
      remedy: "If money has to go back, each part is refunded by itself.",
    },
  },
  away: {
    otherDevice: "Another device answers in its place. Was it exchanged, or plugged in elsewhere?",
    twin: "This device is set up as another terminal already. One of the two has to be removed.",
    unnamed: "The device in its place does not say who it is, so no payment is taken there.",
    nobodyListens:
      "Something is there, but refuses the connection. Is the terminal's payment app open, and the port right?",
    otherProgram: "What answers there does not speak like a terminal. Its address, port or encryption is set wrongly.",
    settingLacks: "One of its settings is missing or wrong. Your technician can complete it.",
  },
  silent: {
    tcp: "It does not answer. Is it switched on, and in the same network as this computer?",
    http: "It does not answer. Is it switched on, and in the same network as this computer?",
    serial: "It does not answer on its serial port. Is it switched on, and is its cable plugged in?",
    usb: "It does not answer on USB. Is it switched on, and is its cable plugged in?",
    cloud: "It cannot be reached through the vendor's cloud. Does this computer have internet access?",
  },
  unpaired: "It does not take orders from this computer yet. It is paired under “POS programs”.",
};
