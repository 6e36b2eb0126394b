import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { ZONES_WITHOUT_FARGATE } from "../../stacks/platform/network";
import { type Check, resultOf } from "./check";

/** Checks that the region has enough availability zones for the network. */
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
      problem: `${availabilityZones} availability zones are required, but ${region} has ${usable.length}${names}`,
      fix:
        usable.length >= 2
          ? `set availabilityZones: ${usable.length} in environments.ts`
          : "set PLATFORM_REGION to another region",
    };
    const found = `${availabilityZones} required, ${usable.length} available${names}`;
    return resultOf(found, usable.length < availabilityZones ? [problem] : []);
  },
};
