import type { Language } from "../core/language.ts";
import type { Clock } from "../core/ports.ts";
import type { Check, Examination, Finding } from "../doctor/check.ts";

/** Looks for what is wrong with the machine, its network and the terminals. It takes no device that a terminal uses, and moves no money. */
export interface Doctor {
  /** One run at a time: who asks meanwhile is told what that one finds, each in their language. */
  examine(language: Language): Promise<readonly Check[]>;
}

type Practice = {
  readonly clock: Clock;
  /** Of the installation as it is now. */
  readonly examinations: () => Promise<readonly Examination[]>;
};

/** Costs no memory until somebody asks: only then is it loaded. */
export function createDoctor({ clock, examinations }: Practice): Doctor {
  let running: Promise<readonly Finding[]> | undefined;
  const examine = async (): Promise<readonly Finding[]> => {
    const { examineAll } = await import("../doctor/doctor.ts");
    return examineAll(await examinations(), clock);
  };
  return {
    examine: async (language) => {
      running ??= examine().finally(() => {
        running = undefined;
      });
      const findings = await running;
      const { tell } = await import("../doctor/telling.ts");
      return tell(findings, language);
    },
  };
}
