/**
 * It gives way to the services, as if it ran on another machine: for the scheduler all containers
 * together are one process beside its many, and a decision that waits for 0.8 s is left pending.
 */
export const UP = "nice -n 19 npx platform up";
