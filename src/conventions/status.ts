import type { Convention, Status } from "./convention.ts";
import { relocate } from "./layouts.ts";
import { resolveResult, resolveText } from "./parts.ts";
import type { StatusRecipe } from "./recipe.ts";

/** When a call has failed, with nothing left open. */
export function resolveStatus(
  status: Status | undefined,
  convention: Convention | undefined,
  firstText: number,
): StatusRecipe | undefined {
  if (status === undefined) return undefined;
  const { value, fails, code, message, details } = relocate(status, firstText);
  return {
    value,
    fails,
    code,
    message: resolveMessage(message, convention),
    details: details && resolveDetails(details, convention, firstText),
  };
}

function resolveMessage(
  message: Status["message"],
  convention: Convention | undefined,
): StatusRecipe["message"] {
  if (message === undefined) return undefined;
  if (typeof message === "function") return { kind: "function", describe: message };
  if (!("pointer" in message)) {
    return { kind: "function", describe: (code) => message[Number(code)] };
  }
  // Words about a failure are the guest's own unless it is said who frees them.
  const text = { ...message, freedBy: message.freedBy ?? "guest" } as const;
  const own = { nullable: true, trailingNul: "trim" } as const;
  return resolveText(text, "string", convention, own);
}

function resolveDetails(
  fields: NonNullable<Status["details"]>,
  convention: Convention | undefined,
  firstText: number,
): StatusRecipe["details"] {
  const lasting = convention && { ...convention, resultsFreedBy: "guest" } as const;
  return resolveResult({ type: "record", fields }, undefined, lasting, firstText);
}
