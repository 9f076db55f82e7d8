import type { Convention, Status } from "./convention.ts";
import { relocate } from "./layouts.ts";
import { resolveText } from "./parts.ts";
import type { StatusRecipe } from "./recipe.ts";

/** When a call has failed, with nothing left open. */
export function resolveStatus(
  status: Status | undefined,
  convention: Convention | undefined,
  firstText: number,
): StatusRecipe | undefined {
  if (status === undefined) return undefined;
  const { value, fails, message } = relocate(status, firstText);
  if (message === undefined) return { value, fails };
  if (!("pointer" in message)) return { value, fails, message: { kind: "texts", texts: message } };
  // Words about a failure are the guest's own unless it is said who frees them.
  const text = { ...message, freedBy: message.freedBy ?? "guest" } as const;
  const own = { nullable: true, trailingNul: "trim" } as const;
  return { value, fails, message: resolveText(text, "string", convention, own) };
}
