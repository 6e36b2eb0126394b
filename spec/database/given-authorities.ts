import { readFileSync } from "node:fs";
import path from "node:path";
import { asText, certificatesIn } from "./authorities";

const VARIABLE = "PLATFORM_DATABASE_CA";

/**
 * Reads the authorities that replace RDS's: those of a region that the platform has no certificates of,
 * or of the local AWS.
 *
 * @param file a PEM file, absolute or relative to the project's folder; empty if there is none
 */
export function readGivenAuthorities(
  file: string,
  projectFolder: string,
): { readonly authorities: string | undefined; readonly problems: string[] } {
  if (file === "") return { authorities: undefined, problems: [] };
  let text: string;
  try {
    text = readFileSync(path.resolve(projectFolder, file), "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(`${VARIABLE} is "${file}", which cannot be read: ${reason}`);
  }
  return authoritiesIn(text, file);
}

function authoritiesIn(text: string, file: string) {
  if (text.includes("PRIVATE KEY-----")) {
    return refused(
      `${VARIABLE} is "${file}", which holds a private key; it must hold certificates only`,
    );
  }
  const certificates = undamaged(text);
  if (!certificates) {
    return refused(`${VARIABLE} is "${file}", whose certificates are damaged; download it again`);
  }
  if (certificates.length === 0) {
    return refused(`${VARIABLE} is "${file}", which holds no certificate; it must be a PEM file`);
  }
  const problems = certificates.flatMap(({ ca, subject, validTo }) => {
    const name = subject.replaceAll("\n", ", ");
    if (!ca) return [`${VARIABLE}: "${name}" in ${file} is not a certificate authority; remove it`];
    if (new Date(validTo) < new Date()) {
      return [`${VARIABLE}: "${name}" in ${file} expired on ${validTo}; download the file again`];
    }
    return [];
  });
  return { authorities: asText(certificates), problems };
}

/** The certificates of a file, unless one of them cannot be read or has no end. */
function undamaged(text: string) {
  try {
    const certificates = certificatesIn(text);
    const begun = text.match(/-----BEGIN/g) ?? [];
    return begun.length === certificates.length ? certificates : undefined;
  } catch {
    return undefined;
  }
}

function refused(problem: string) {
  return { authorities: undefined, problems: [problem] };
}
