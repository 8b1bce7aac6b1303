/** The simulated terminal cannot run. The message is for people: what happened, where, and what to do next. */
export class SimulatorFailure extends Error {
  override readonly name = "SimulatorFailure";
}
