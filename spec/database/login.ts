/**
 * The days for which a service's password is used. The first deployment after them makes a new one. AWS's
 * own controls ask for 90 days at most.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html
 */
const PASSWORD_DAYS = 30;

const DAY_MS = 86_400_000;

/** The characters that a login's name has after the database's: a dot and the number of a period. */
export const LOGIN_ENDING = 5;

/** The number of the period that a time is in, counted from 1970: all passwords of a period are its own. */
export function passwordPeriod(now: Date): number {
  return Math.floor(now.getTime() / (PASSWORD_DAYS * DAY_MS));
}

/**
 * The role that a service logs in with in a period. Each period has its own, so tasks that run with the
 * password of the last one keep it: the database setup retires a login once three later ones exist. No
 * database has a dot in its name, so no login is another database's owner.
 */
export function loginName(database: string, period: number): string {
  return `${database}.${period}`;
}
