/** Whether a pattern with `*` and `?` matches all that another one matches. */
export function contains(outer: string, inner: string): boolean {
  // A `?` is one character, and so not what the `*` of the other stands for.
  const text = outer
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", "[^*]");
  return new RegExp(`^${text}$`).test(inner);
}

/**
 * Whether some text is matched by both of two patterns with `*` and `?`: whether their beginnings have one
 * in common, for each pair of beginnings from the shortest to the longest.
 */
export function overlap(one: string, other: string): boolean {
  const facing = Array.from(other);
  const stars = facing.findIndex((character) => character !== "*");
  let row = [true, ...facing.map((_, index) => stars < 0 || index < stars)];
  for (const character of one) {
    const next = [row[0] === true && character === "*"];
    facing.forEach((opposite, index) => {
      const meets =
        character === "*" || opposite === "*"
          ? row[index + 1] === true || next[index] === true
          : row[index] === true &&
            (character === opposite || character === "?" || opposite === "?");
      next.push(meets);
    });
    row = next;
  }
  return row.at(-1) === true;
}
