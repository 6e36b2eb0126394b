import { describe, expect, test } from "vitest";
import { readConfig } from "../../../../project";
import { services } from "../../../../services";
import { readEnvironments } from "../../../../spec/environment/problems";
import { type PreviewSettings, defineEnvironments } from "../../../../spec/environment/settings";
import { environmentProblems, environmentsWith } from "../../../support/environments";
import { fixture } from "../../../support/services";

const DOMAIN = { name: "dev.example.com", hostedZone: "example.com" };

describe("a protected environment", () => {
  test("without a domain is refused unless it says that it serves plain HTTP", () => {
    expect(environmentProblems({ protected: true })).toEqual([
      expect.stringMatching(
        /^environments: dev\.protected is true, but there is no domain.*set domain: .* or plainHttp: true/,
      ),
    ]);
    expect(environmentProblems({ protected: true, plainHttp: true })).toEqual([]);
    expect(environmentProblems({ protected: true, domain: DOMAIN })).toEqual([]);
  });

  test("with a mistyped domain or decision is refused for that alone", () => {
    expect(environmentProblems({ protected: true, domain: "dev.example.com" })).toHaveLength(1);
    expect(environmentProblems({ protected: true, plainHttp: "yes" })).toEqual([
      'environments: dev.plainHttp is "yes"; it must be true, or left out',
    ]);
  });

  test("does not serve plain HTTP beside a domain", () => {
    expect(environmentProblems({ plainHttp: true, domain: DOMAIN })).toEqual([
      expect.stringContaining("dev.plainHttp is true, but domain.name is"),
    ]);
  });

  test("is no preview, which expires", () => {
    const written = { ...environmentsWith(), preview: { protected: true, plainHttp: true } };
    expect(readEnvironments(written, fixture).problems).toEqual([
      expect.stringContaining(
        "environments: preview.protected is true, but previews are destroyed",
      ),
    ]);
    // @ts-expect-error previews cannot be protected
    defineEnvironments(services, { preview: { protected: true }, local: {} });
  });

  test("has all logs, unless it leaves one out; others have none, unless they ask for one", () => {
    const logsOf = (settings: PreviewSettings) =>
      readConfig({}, environmentsWith(settings), fixture).config.logs;
    expect(logsOf({ protected: true, plainHttp: true, logs: { flow: false } })).toEqual({
      access: true,
      flow: false,
      database: true,
    });
    expect(logsOf({ logs: { access: true } })).toEqual({
      access: true,
      flow: false,
      database: false,
    });
  });
});
