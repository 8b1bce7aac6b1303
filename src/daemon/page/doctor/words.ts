import type { Language } from "../language.ts";
import type { Verdict } from "./checks.ts";

export type DoctorWords = {
  readonly title: string;
  readonly intro: string;
  readonly run: string;
  readonly again: string;
  readonly running: string;
  readonly copy: string;
  readonly copied: string;
  readonly notCopied: string;
  readonly save: string;
  readonly verdicts: Readonly<Record<Verdict, string>>;
  readonly counts: Readonly<Record<Verdict, (count: number) => string>>;
  readonly remedy: string;
  readonly none: string;
  readonly examinedAt: (time: string) => string;
  readonly allWell: string;
  readonly fine: (count: number) => string;
};

const en: DoctorWords = {
  title: "Doctor",
  intro: "Looks at this machine, its network and each terminal. It moves no money.",
  run: "Examine now",
  again: "Examine again",
  running: "Examining …",
  copy: "Copy as text",
  copied: "Copied.",
  notCopied: "The browser did not let it be copied. Save it as a file.",
  save: "Save as a file",
  verdicts: { fault: "Fault", warning: "Warning", unknown: "Not known", ok: "All right" },
  counts: {
    fault: (count) => (count === 1 ? "1 fault" : `${count} faults`),
    warning: (count) => (count === 1 ? "1 warning" : `${count} warnings`),
    unknown: (count) => `${count} not known`,
    ok: (count) => `${count} all right`,
  },
  remedy: "What to do",
  none: "Nothing was examined yet",
  examinedAt: (time) => `Examined at ${time}`,
  allWell: "Nothing is wrong.",
  fine: (count) => `What is all right (${count})`,
};

const es: DoctorWords = {
  title: "Diagnóstico",
  intro: "Examina esta máquina, su red y cada terminal. No mueve dinero.",
  run: "Examinar ahora",
  again: "Examinar de nuevo",
  running: "Examinando …",
  copy: "Copiar como texto",
  copied: "Copiado.",
  notCopied: "El navegador no permitió copiar. Guárdelo como archivo.",
  save: "Guardar como archivo",
  verdicts: { fault: "Falla", warning: "Advertencia", unknown: "No se sabe", ok: "En orden" },
  counts: {
    fault: (count) => (count === 1 ? "1 falla" : `${count} fallas`),
    warning: (count) => (count === 1 ? "1 advertencia" : `${count} advertencias`),
    unknown: (count) => `${count} sin saber`,
    ok: (count) => `${count} en orden`,
  },
  remedy: "Qué hacer",
  none: "Todavía no se examinó nada",
  examinedAt: (time) => `Examinado a las ${time}`,
  allWell: "No hay nada mal.",
  fine: (count) => `Lo que está en orden (${count})`,
};

const pt: DoctorWords = {
  title: "Diagnóstico",
  intro: "Examina esta máquina, sua rede e cada terminal. Não move dinheiro.",
  run: "Examinar agora",
  again: "Examinar de novo",
  running: "Examinando …",
  copy: "Copiar como texto",
  copied: "Copiado.",
  notCopied: "O navegador não deixou copiar. Salve como arquivo.",
  save: "Salvar como arquivo",
  verdicts: { fault: "Falha", warning: "Aviso", unknown: "Não se sabe", ok: "Em ordem" },
  counts: {
    fault: (count) => (count === 1 ? "1 falha" : `${count} falhas`),
    warning: (count) => (count === 1 ? "1 aviso" : `${count} avisos`),
    unknown: (count) => `${count} sem saber`,
    ok: (count) => `${count} em ordem`,
  },
  remedy: "O que fazer",
  none: "Nada foi examinado ainda",
  examinedAt: (time) => `Examinado às ${time}`,
  allWell: "Nada está errado.",
  fine: (count) => `O que está em ordem (${count})`,
};

const de: DoctorWords = {
  title: "Diagnose",
  intro: "Untersucht diesen Rechner, sein Netz und jedes Terminal. Es bewegt kein Geld.",
  run: "Jetzt untersuchen",
  again: "Noch einmal untersuchen",
  running: "Untersuchung läuft …",
  copy: "Als Text kopieren",
  copied: "Kopiert.",
  notCopied: "Der Browser ließ das Kopieren nicht zu. Als Datei speichern.",
  save: "Als Datei speichern",
  verdicts: { fault: "Fehler", warning: "Warnung", unknown: "Nicht bekannt", ok: "In Ordnung" },
  counts: {
    fault: (count) => `${count} Fehler`,
    warning: (count) => (count === 1 ? "1 Warnung" : `${count} Warnungen`),
    unknown: (count) => `${count} nicht bekannt`,
    ok: (count) => `${count} in Ordnung`,
  },
  remedy: "Was zu tun ist",
  none: "Noch nichts untersucht",
  examinedAt: (time) => `Untersucht um ${time}`,
  allWell: "Nichts ist verkehrt.",
  fine: (count) => `Was in Ordnung ist (${count})`,
};

export const DOCTOR_WORDS: Readonly<Record<Language, DoctorWords>> = { en, es, pt, de };
