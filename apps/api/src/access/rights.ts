import { AccessService, DownloadService } from "@dwld/rpc";
import { Health, ServerReflection, ServerReflectionV1Alpha } from "@dwld/rpc/services";
import type { Identity } from "./identity.ts";

/** The condition for a call: `anybody`, without a token; `everyone` who has one; or the least that its role allows. */
export type Right = "anybody" | "everyone" | "see tasks" | "see all" | "change tasks" | "administer";

type RightsOf<Service extends { method: object }> = Readonly<Record<keyof Service["method"], Right>>;

const downloads: RightsOf<typeof DownloadService> = {
  addTask: "change tasks",
  addTasks: "change tasks",
  getTask: "see tasks",
  listTasks: "see tasks",
  watchTasks: "see tasks",
  cancelTask: "change tasks",
  retryTask: "change tasks",
  deleteTask: "change tasks",
  retryTasks: "change tasks",
  cancelTasks: "change tasks",
  deleteTasks: "change tasks",
  cleanHistory: "change tasks",
  // The names of sites are those that others load from.
  listSites: "see all",
  resumeSite: "administer",
  listHosts: "administer",
  forgetHost: "administer",
  getStatistics: "see tasks",
  testNotify: "administer",
  getStatus: "see tasks",
};

const access: RightsOf<typeof AccessService> = {
  getIdentity: "everyone",
  createToken: "administer",
  listTokens: "administer",
  revokeToken: "administer",
  createSession: "everyone",
  deleteSession: "everyone",
};

const health: RightsOf<typeof Health> = { check: "anybody", list: "everyone", watch: "everyone" };

/** The same for v1alpha. */
const reflection: RightsOf<typeof ServerReflection> = {
  serverReflectionInfo: "everyone",
};

/** The right that each method of each service asks for. A method that is not here can be called by nobody. */
export const rights: Readonly<Record<string, Readonly<Record<string, Right>>>> = {
  [DownloadService.typeName]: downloads,
  [AccessService.typeName]: access,
  [Health.typeName]: health,
  [ServerReflection.typeName]: reflection,
  [ServerReflectionV1Alpha.typeName]: reflection,
  // The first dwld's contract knows neither tokens nor chats.
  "grpc.v1.Downloader": {
    setToQueue: "administer",
    deleteFromQueue: "administer",
    cleanHistory: "administer",
    status: "administer",
    queue: "administer",
    healtheck: "administer",
  },
};

/** Returns whether an identity has a right. */
export function has({ role, scope }: Pick<Identity, "role" | "scope">, right: Right): boolean {
  switch (right) {
    case "anybody":
    case "everyone":
    case "see tasks":
      return true;
    case "change tasks":
      return role !== "viewer";
    case "see all":
      return seesMachine({ role, scope });
    case "administer":
      return role === "admin";
  }
}

/** Returns whether an identity sees what belongs to no chat: processes, disks, sites, bots. */
export function seesMachine({ role, scope }: Pick<Identity, "role" | "scope">): boolean {
  return role === "admin" || (role === "viewer" && scope === "all");
}
