import type { Instance } from "./instance.ts";

/** The instances that views show, by the views. */
export const viewed: WeakMap<Instance, Instance> = new WeakMap();

/** Returns the instance by which others know it and all its views. */
export function identityOf(instance: Instance): Instance {
  return viewed.get(instance) ?? instance;
}
