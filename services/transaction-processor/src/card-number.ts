/** As long as a card's number may be (ISO/IEC 7812). */
const NUMBER = /^\d{13,19}$/;

/** A number as it is printed on cards, in one word or in groups. Those who issue cards have 2 to 6. */
const PRINTED =
  /^(?=[2-6])(?:\d{13,19}|\d{4}(?: \d{4}){3}(?: \d{3})?|\d{4} \d{6} \d{4,5}|\d{4}(?: \d{3}){3}|\d{6} \d{13})$/;
const MOST_GROUPS = 5;

/** How the first track of a card's magnetic stripe begins (ISO/IEC 7813). */
const FIRST_TRACK = /^\s*%[A-Z](?=\d)/i;

/**
 * Whether the text passes as a card's number, or has one among its words: its digits have the check digit
 * of one (Luhn). As a whole they may be set apart in any way. Such a text is no fingerprint, and is kept as
 * none. A token that has the digits within a word, `tok_4111111111111111`, is a fingerprint.
 */
export function isCardNumber(text: string): boolean {
  // Digits of full width mean the same.
  const plain = text.normalize("NFKC");
  const digits = plain.replaceAll(/[^0-9A-Za-z]/g, "");
  return (NUMBER.test(digits) && hasCheckDigit(digits)) || groups(plain).some(isPrinted);
}

/** Words that follow each other. */
function groups(text: string): readonly string[] {
  const words = text.replace(FIRST_TRACK, "").match(/\w+/g) ?? [];
  return words.flatMap((_, start) =>
    Array.from({ length: MOST_GROUPS }, (_, more) =>
      words.slice(start, start + more + 1).join(" "),
    ),
  );
}

const isPrinted = (group: string) =>
  PRINTED.test(group) && hasCheckDigit(group.replaceAll(" ", ""));

function hasCheckDigit(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
  return sum % 10 === 0;
}
