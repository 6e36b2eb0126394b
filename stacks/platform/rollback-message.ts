/**
 * What Terraform says when ECS rolled a service back. Whoever explains a failed deployment recognises it
 * by `isRollbackOf`, so the words are nowhere else.
 *
 * @param ecsService the service's name in ECS
 */
export function rollbackMessage(service: string, ecsService: string): string {
  return `${opening(service)}: its new task definition never became healthy, and the previous one still serves. The stopped tasks of ECS service ${ecsService} show why.`;
}

export function isRollbackOf(service: string, error: string): boolean {
  return error.includes(opening(service));
}

function opening(service: string): string {
  return `${service} was rolled back`;
}
