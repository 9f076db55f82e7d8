import { errorOf } from "../../instance/refusal.ts";
import { thrownInto } from "../../instance/end_guest.ts";
import { GuestError } from "../../base/errors.ts";

/** What has ended a component. */
export interface Ended {
  readonly error: unknown;
  /** Whether a host function threw it. */
  readonly isHosts: boolean;
}

/** What all instances of one linked component share. */
export class Store {
  /** What has ended it; absent while it can be called. */
  ended: Ended | undefined;
  /** The number of handles in the tables of all instances. */
  handles = 0;
  readonly #limit: number;
  #left = 0;

  /** @param limit The most bytes that the values of one call take on the host. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Begins to count what the values of a call take. */
  begin(): void {
    this.#left = this.#limit;
  }

  /** Counts bytes that a value takes on the host. */
  charge(byteLength: number): void {
    this.#left -= byteLength;
    if (this.#left < 0) {
      throw new GuestError(
        "result-too-large",
        `the values of one call take more than ${this.#limit} bytes, expected limits.results to ` +
          "allow them",
      );
    }
  }

  /** Ends the component without a failure: it was closed, or another one has taken its place. */
  retire(): void {
    this.ended ??= { error: undefined, isHosts: true };
  }

  /**
   * Ends the component: an error has passed through one of its core modules, whose state is unknown
   * then.
   *
   * @returns what to throw: a guest cannot catch it.
   */
  end(thrown: unknown, isHosts = false): unknown {
    this.ended ??= { error: errorOf(thrown), isHosts };
    return thrownInto(thrown);
  }
}
