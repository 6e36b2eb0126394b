import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { ZONES_WITHOUT_FARGATE } from "../../stacks/platform/network";
import { type Check, resultOf } from "./check";

/** That the region has as many zones as the network spreads over. */
export const zones: Check = {
  title: "Availability zones",
  run: async ({ clients, config: { region, availabilityZones } }) => {
    const { AvailabilityZones = [] } = await clients.ec2.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: "state", Values: ["available"] },
          { Name: "opt-in-status", Values: ["opt-in-not-required"] },
          { Name: "zone-type", Values: ["availability-zone"] },
        ],
      }),
    );
    const usable = AvailabilityZones.filter(
      ({ ZoneId = "" }) => !ZONES_WITHOUT_FARGATE.includes(ZoneId),
    ).map(({ ZoneName = "" }) => ZoneName);
    const names = usable.length > 0 ? ` (${usable.join(", ")})` : "";
    const problem = {
      problem: `${availabilityZones} availability zones are wanted, and ${region} has ${usable.length}${names}`,
      fix:
        usable.length >= 2
          ? `set availabilityZones: ${usable.length} in environments.ts`
          : "set PLATFORM_REGION to another region",
    };
    const found = `${availabilityZones} are wanted, ${usable.length} are there${names}`;
    return resultOf(found, usable.length < availabilityZones ? [problem] : []);
  },
};
