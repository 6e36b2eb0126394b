import { type Build, isInProject, secretsOf } from "./build";
import { VARIABLE } from "./variable";

/** The names that BuildKit gives to stages. */
const STAGE = /^[a-z][a-z0-9-_.]*$/i;

/** The id of a secret, which the provider puts between commas. `__proto__` is no name in an object. */
const SECRET_ID = /^(?!__proto__$)[A-Za-z_][\w.-]*$/;

/** What is wrong with the words of a service's build; what they name is checked with its context. */
export function buildProblems(build: Build = {}): string[] {
  const { target, arguments: values = {} } = build;
  return [
    ...pathProblems(build),
    ...(target === undefined || STAGE.test(target)
      ? []
      : [
          `build.target is "${target}"; it must be the name of a stage: a letter, then letters, digits, - _ and .`,
        ]),
    ...Object.keys(values)
      .filter((name) => !VARIABLE.test(name))
      .map(
        (name) =>
          `build.arguments sets ${name}; a name must be letters, digits and _, but not __proto__, as in the Dockerfile's ARG`,
      ),
    ...secretProblems(build),
  ];
}

/** Whether a path of a build leads out of the project; then nothing must be read of it. */
export function leadsOut(build: Build = {}): boolean {
  return pathProblems(build).length > 0;
}

function pathProblems({ context, dockerfile }: Build): string[] {
  return Object.entries({ context, dockerfile })
    .filter(([, given]) => given !== undefined && !isInProject(given))
    .map(
      ([word, given]) =>
        `build.${word} is ${JSON.stringify(given)}; it must be a path in the project, relative to the folder of services/: no absolute one, and none that .. leads out of it`,
    );
}

function secretProblems(build: Build): string[] {
  const secrets = secretsOf(build);
  const twice = secrets.some(({ id }, index) => secrets.findIndex((one) => one.id === id) < index);
  return [
    ...(twice ? ["build.secrets names a secret twice"] : []),
    ...secrets.flatMap((secret) => {
      if (!SECRET_ID.test(secret.id))
        return [
          `build.secrets names ${JSON.stringify(secret.id)}; a name must be a letter or _, then letters, digits, - _ and ., but not __proto__, as in the Dockerfile's --mount=type=secret,id=…`,
        ];
      if ("variable" in secret)
        return VARIABLE.test(secret.variable)
          ? []
          : [
              `build.secrets reads ${secret.id} from the variable ${JSON.stringify(secret.variable)}; a variable's name must be letters, digits and _; for another id, give its place: { "${secret.id}": { variable: "NAME" } }`,
            ];
      // The provider puts the path between commas.
      return isInProject(secret.file) && !/[,"\r\n]/.test(secret.file)
        ? []
        : [
            `build.secrets reads ${secret.id} from the file ${JSON.stringify(secret.file)}; it must be a path in the project without , and ", the same in every checkout; for a file elsewhere, set a variable: NAME="$(cat FILE)"`,
          ];
    }),
  ];
}
