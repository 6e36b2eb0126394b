/** Logs that AWS writes about an environment, in addition to those of its services. */
export interface LogSettings {
  /** Each request to the load balancer, in an S3 bucket. @default where `protected` */
  readonly access?: boolean;
  /** Each connection in the VPC, in the same bucket. @default where `protected` */
  readonly flow?: boolean;
  /** What PostgreSQL reports, in CloudWatch Logs. @default where `protected` */
  readonly database?: boolean;
}
