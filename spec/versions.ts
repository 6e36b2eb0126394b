/** The versions that every change is tested with before it is merged. */
export const VERSIONS = { terraform: ">= 1.11.0", aws: "5.100.0", docker: "4.6.0" } as const;
