import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TokenRow } from "@dwld/queue";
import { type IdentitySchema, type LimitSchema, Role as WireRole, type TokenSchema } from "@dwld/rpc";
import type { Identity, Role } from "../access/identity.ts";
import { wireTime } from "../messages/wire-values.ts";

const wireRoles: Readonly<Record<Role, WireRole>> = {
  admin: WireRole.ADMIN,
  user: WireRole.USER,
  viewer: WireRole.VIEWER,
};

export function tokenMessage(row: TokenRow): MessageInitShape<typeof TokenSchema> {
  return {
    id: row.id,
    name: row.name,
    role: wireRoles[row.role],
    chatIds: JSON.parse(row.chats) as string[],
    createTime: wireTime(row.created_at),
    ...(row.expires_at === null ? {} : { expireTime: wireTime(row.expires_at) }),
    ...(row.used_at === null ? {} : { lastUseTime: wireTime(row.used_at) }),
    ...(row.revoked_at === null ? {} : { revokeTime: wireTime(row.revoked_at) }),
  };
}

export function identityMessage(
  { name, role, scope, expiresAtMs }: Identity,
  limits: MessageInitShape<typeof LimitSchema>[],
): MessageInitShape<typeof IdentitySchema> {
  return {
    name,
    role: wireRoles[role],
    chatIds: scope === "all" ? [] : [...scope],
    limits,
    ...(expiresAtMs === undefined ? {} : { expireTime: wireTime(expiresAtMs) }),
  };
}
