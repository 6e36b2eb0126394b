import { expect, test, vi } from "vitest";
import { Interrupted } from "../../../../operations/terminal/interruption";
import { exited, looks, pages, running, runs, TASK } from "../../../support/one-off";
import { awsError } from "../../../support/preflight";

const stopped = { ...exited(143), lastStatus: "STOPPED" };

test("Ctrl-C stops the task, waits for its end with its last lines, and deregisters its definition", async () => {
  const { ended, inputOf, namesOf, controller, terminal, printed } = runs({
    DescribeTasks: looks(running, running, exited(143), stopped),
    GetLogEvents: pages(["begun"], [], ["SIGTERM"], [], [], ["bye"]),
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(new Interrupted("interrupted; the task 0a1b has stopped"));
  expect(inputOf("StopTask")).toMatchObject({ cluster: "platform-dev", task: TASK });
  expect(namesOf().filter((name) => name === "StopTask")).toHaveLength(1);
  expect(namesOf().filter((name) => name === "DescribeTasks")).toHaveLength(4);
  expect(printed).toEqual(["begun", "SIGTERM", "bye"]);
  expect(namesOf().at(-1)).toBe("DeregisterTaskDefinition");
});

test("Ctrl-C stops the task at once, whatever is waited for then, and only then may a second one leave", async () => {
  const { ended, inputOf, namesOf, controller, terminal } = runs({
    DescribeTasks: looks(running, exited(143), stopped),
  });
  let goOn: () => void = () => undefined;
  terminal.pause.mockImplementationOnce(async () => new Promise((resolve) => (goOn = resolve)));
  const end = ended();
  await vi.waitFor(() => {
    expect(terminal.pause).toHaveBeenCalled();
  });
  expect(terminal.stopTaken).not.toHaveBeenCalled();
  controller.abort();
  await vi.waitFor(() => {
    expect(terminal.stopTaken).toHaveBeenCalledWith(
      "aws ecs stop-task --region us-east-1 --cluster platform-dev --task 0a1b",
    );
  });
  expect(inputOf("StopTask")).toMatchObject({ cluster: "platform-dev", task: TASK });
  goOn();
  await expect(end).rejects.toThrow(new Interrupted("interrupted; the task 0a1b has stopped"));
  expect(namesOf().filter((name) => name === "StopTask")).toHaveLength(1);
});

test("a command that ends by the Ctrl-C during a look is interrupted, and so is a look that fails", async () => {
  for (const look of [
    () => ({ tasks: [exited(143)] }),
    () => {
      throw awsError("ThrottlingException", "slow down");
    },
  ]) {
    let looked = 0;
    const { ended, controller } = runs({
      DescribeTasks: () => {
        controller.abort();
        looked += 1;
        return looked === 1 ? look() : { tasks: [stopped] };
      },
    });
    await expect(ended()).rejects.toThrow(
      new Interrupted("interrupted; the task 0a1b has stopped"),
    );
  }
});

test("a task that is still to be started when Ctrl-C comes is stopped once it is", async () => {
  const { ended, controller, terminal } = runs({
    RunTask: () => {
      controller.abort();
      return { tasks: [{ taskArn: TASK }] };
    },
    DescribeTasks: looks(stopped),
  });
  await expect(ended()).rejects.toThrow(new Interrupted("interrupted; the task 0a1b has stopped"));
  expect(terminal.stopTaken).toHaveBeenCalledTimes(1);
});

test("a task that ECS does not stop in time is said to go on", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const { ended, controller, terminal } = runs({ DescribeTasks: looks(running) });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve(void (now += 60_000));
  });
  await expect(ended()).rejects.toThrow(
    "interrupted; the task 0a1b is being stopped, and goes on after 300 s",
  );
  expect(terminal.pause).toHaveBeenCalledTimes(6);
});

test("if AWS no longer tells of a task that it was asked to stop, that is said", async () => {
  let asked = 0;
  const { ended, controller, terminal } = runs({
    DescribeTasks: () => {
      asked += 1;
      if (asked > 1) throw awsError("ThrottlingException", "slow down");
      return { tasks: [running] };
    },
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(
    "the task 0a1b is being stopped, but AWS no longer tells how: ThrottlingException",
  );
});

test("a task that takes longer than its limit is stopped, and its last lines are printed", async () => {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
  const { ended, inputOf, printed, terminal } = runs({
    DescribeTasks: looks(running, stopped),
    GetLogEvents: pages(["begun"], [], ["stopped"]),
  });
  terminal.pause.mockImplementation(async () => Promise.resolve(void (now += 60 * 60_000)));
  await expect(ended()).rejects.toThrow("0a1b took longer than 60 minutes: it has stopped.");
  expect(inputOf("StopTask")).toMatchObject({ task: TASK });
  expect(printed).toEqual(["begun", "stopped"]);
});

test("if AWS no longer tells how it goes on, the command that stops it is shown", async () => {
  const DescribeTasks = () => {
    throw awsError("ExpiredTokenException", "expired");
  };
  await expect(runs({ DescribeTasks }).ended()).rejects.toThrow(
    "aws ecs stop-task --region us-east-1 --cluster platform-dev --task 0a1b",
  );
});

test("a task that cannot be stopped is said to go on, with the command that stops it", async () => {
  const { ended, controller, terminal } = runs({
    DescribeTasks: looks(running),
    StopTask: () => {
      throw awsError("AccessDeniedException", "not authorized");
    },
  });
  terminal.pause.mockImplementation(async () => {
    controller.abort();
    return Promise.resolve();
  });
  await expect(ended()).rejects.toThrow(
    "The task goes on, because it could not be stopped: AccessDeniedException: not authorized\n→ aws ecs stop-task --region us-east-1 --cluster platform-dev --task 0a1b",
  );
});
