import { describe, expect, test } from "vitest";
import { filesOf } from "../../../../spec/service/files";
import { catalogueProblems as problems } from "../../../../spec/service/problems";
import type { ServiceSpec } from "../../../../spec/service/spec";
import { environmentProblems } from "../../../support/environments";
import { readEnvironments } from "../../../../spec/environment/problems";
import { fixture } from "../../../support/services";

const archive: ServiceSpec = fixture["order-archive"];
const refusedFor = (files: unknown, words: object = {}) =>
  problems({ archive: { ...archive, ...words, files } });

describe("what a service can write", () => {
  test("is 64 MiB in /tmp, and nothing of its image", () => {
    expect(filesOf({})).toEqual({ readOnlyRoot: true, folders: ["/tmp"], folderMiB: 64 });
  });

  test("is each folder that it names too, of the same size", () => {
    const files = { tmpMiB: 16, writable: ["/var/cache/app", "/run"] };
    expect(filesOf({ files })).toEqual({
      readOnlyRoot: true,
      folders: ["/tmp", "/var/cache/app", "/run"],
      folderMiB: 16,
    });
  });

  test("is its image as well, if it says so; /tmp stays in memory", () => {
    expect(filesOf({ files: { writable: "everywhere" } })).toEqual({
      readOnlyRoot: false,
      folders: ["/tmp"],
      folderMiB: 64,
    });
    expect(refusedFor({ writable: "everywhere" })).toEqual([]);
  });
});

test.each(["/var/cache/app", "/home/app/.cache", "/etc/nginx/conf.d", "/run", "/a@b+c-d_e"])(
  "a service may write to %s",
  (folder) => {
    expect(refusedFor({ writable: [folder] })).toEqual([]);
  },
);

test.each([
  [
    "cache",
    "; a path must be absolute, such as /var/cache/app: the program may change its working",
  ],
  [
    "/",
    ", which would hide what the container itself needs; name the program's own folder, such as",
  ],
  ["/etc", ", which would hide"],
  ["/proc", ", which would hide"],
  ["/proc/sys", ", which would hide"],
  ["/sys/fs/cgroup", ", which would hide"],
  ["/dev/shm", ", which would hide"],
  ["/var/../proc", ", which would hide"],
  ["/tmp", ", which is writable in any case; remove it"],
  ["/tmp/", ", which is writable in any case; remove it"],
  ["/tmp/app", ", which is in /tmp and thereby writable already; remove it"],
  ["/var/cache/", '; write it as "/var/cache"'],
  ["/var//cache", '; write it as "/var/cache"'],
  ["/var/./cache", '; write it as "/var/cache"'],
  ["/var/${HOME}", "; its parts must be letters, digits and . _ @ + -, such as /var/cache/app"],
  ["/var/my cache", "; its parts must be letters"],
  ["/var/a:b,size=1g", "; its parts must be letters"],
])("the folder %s is refused, with the reason", (folder, message) => {
  const [found, ...others] = refusedFor({ writable: [folder] });
  expect(found).toContain(`services: archive.files.writable names "${folder}"${message}`);
  expect(others).toEqual([]);
});

test("folders that are named twice or lie in another one are refused, all together", () => {
  expect(refusedFor({ tmpMiB: 8, writable: ["/srv/a", "/srv", "/srv", "/srvs"] })).toEqual([
    'services: archive.files.writable names "/srv/a", which is in /srv and thereby writable already; remove it',
    'services: archive.files.writable names "/srv" twice',
  ]);
});

test.each<[unknown, string]>([
  [{ tmpMiB: 0 }, "archive.files.tmpMiB is 0; it must be a whole number of MiB, at least 1"],
  [{ tmpMiB: 1.5 }, "archive.files.tmpMiB is 1.5; it must be a whole number"],
  [{ tmpMiB: "64" }, 'archive.files.tmpMiB is "64"; it must be a whole number'],
  [
    { writable: "/var/cache" },
    'archive.files.writable is "/var/cache"; it must be a list of paths: ["/var/cache"], or "everywhere"',
  ],
  [{ writable: true }, 'archive.files.writable is true; it must be a list of paths: ["/var/'],
  [{ writable: [5] }, "archive.files.writable is [5]; it must be a list of paths"],
  [{ readOnly: false }, "archive.files.readOnly is not a setting; valid names: tmpMiB, writable"],
  ["/tmp", 'archive.files is "/tmp"; it must be files such as { writable: ["/var/cache/app"] }'],
])("%j is refused with the value and what is allowed", (files, message) => {
  const [found, ...others] = refusedFor(files);
  expect(found).toContain(`services: ${message}`);
  expect(others).toEqual([]);
});

describe("folders in memory leave half of it to the program", () => {
  const four = ["/a", "/b", "/c", "/d"];

  test("which 512 MiB with /tmp and three more do", () => {
    expect(refusedFor({ writable: four.slice(0, 3) })).toEqual([]);
    expect(refusedFor({ tmpMiB: 256 })).toEqual([]);
  });

  test("and what does not fit is refused, with what would", () => {
    expect(refusedFor({ writable: four })).toEqual([
      "services: archive.files is too large: /tmp and 4 more of writable may fill 320 MiB of memory, but the task has 512 MiB, of which half is for the program; set tmpMiB to at most 51, or choose a size with more memory",
    ]);
    expect(refusedFor({ tmpMiB: 257 }).join()).toContain("/tmp may fill 257 MiB of memory, but");
    expect(refusedFor({ tmpMiB: 51, writable: four })).toEqual([]);
    const size = { cpu: 256, memory: 1024 };
    expect(refusedFor({ writable: four }, { size })).toEqual([]);
  });

  test("in each environment: one with smaller tasks is refused, whichever is deployed", () => {
    const large: ServiceSpec = {
      ...archive,
      size: { cpu: 256, memory: 1024 },
      files: { writable: four },
    };
    const smaller = { services: { archive: { size: { cpu: 256, memory: 512 } } } };
    const written = { preview: {}, local: {}, dev: {}, small: smaller };
    expect(problems({ archive: large })).toEqual([]);
    expect(readEnvironments(written, { archive: large }).problems).toEqual([
      "environments: small.services.archive.size is too small for the service's files: /tmp and 4 more of writable may fill 320 MiB of memory, but the task has 512 MiB, of which half is for the program; set tmpMiB to at most 51, or choose a size with more memory",
    ]);
  });

  test("of which nothing is said while the size itself is wrong", () => {
    const found = refusedFor({ writable: four }, { size: { cpu: 1, memory: 1 } });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("archive.size is 1 CPU units");
  });
});

test("an environment does not change what a service can write", () => {
  const found = environmentProblems({ services: { web: { files: { tmpMiB: 8 } } } });
  expect(found.join()).toContain("dev.services.web.files is not a setting");
});

test("the folders fit into a task definition, which names each of them twice", () => {
  const folders = (count: number) => [...Array(count).keys()].map((index) => `/var/cache/${index}`);
  expect(refusedFor({ tmpMiB: 16, writable: folders(10) })).toEqual([]);
  expect(refusedFor({ tmpMiB: 16, writable: folders(11) })).toEqual([
    'services: archive.files.writable names 11 folders; name at most 10, or "everywhere"',
  ]);
  expect(refusedFor({ writable: [`/${"a".repeat(100)}`] })[0]).toContain(
    "; a path may have 100 characters",
  );
});
