/**
 * The name that cdktf gives what is at a path of constructs, without the hash at its end. cdktf leaves out an
 * id that the one before it ends with: the ECS service of `order-service`, at `services`, `order-service`,
 * `service`, is `services_order-service`.
 */
export function constructName(...ids: readonly string[]): string {
  const kept = ids.reduce<string[]>((before, id) => {
    return before.at(-1)?.endsWith(id) ? before : [...before, id];
  }, []);
  return kept.join("_");
}

/** Whether an address has this type and name, whatever the hash that cdktf adds. */
export function isNamed(address: string, type: string, name: string): boolean {
  const start = `${type}.${name}_`;
  return address.startsWith(start) && /^[0-9A-F]{8}$/.test(address.slice(start.length));
}
