/** As long as a card's number may be (ISO/IEC 7812). */
const NUMBER = /^\d{13,19}$/;

/**
 * Whether the text passes as a card's number: its digits, however they are set apart, have the check
 * digit of one (Luhn). Such a text is no fingerprint, and is kept nowhere.
 */
export function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/[^0-9A-Za-z]/g, "");
  return NUMBER.test(digits) && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  return Array.from(digits)
    .reverse()
    .reduce((sum, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
}
