/** Output of the `platform` stack: the service of each public path. */
export const PATHS = "paths";

/** Output of the `platform` stack: the service of each database. */
export const DATABASES = "databases";
