import { expect, it } from "vitest";
import { snapshotWith } from "./evening";
import { HttpDoor } from "./http";
import type { Role } from "./protocol";

it.each([
  ["voter", "omit"],
  ["wall", "omit"],
  ["facilitator", "same-origin"],
] as const)("a %s asks with its cookies or without: %s", async (role: Role, credentials) => {
  const asked: (RequestInit | undefined)[] = [];
  const fetch = (async (_url: string, init?: RequestInit) => {
    asked.push(init);
    return Response.json(snapshotWith());
  }) as typeof globalThis.fetch;
  await new HttpDoor("/api/v1/live/AB7K3M/", fetch, null, role).snapshot();
  expect(asked[0]?.credentials).toBe(credentials);
});
