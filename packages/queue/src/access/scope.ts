/**
 * The tasks that a caller may see: those of some chats, or all. A query without a scope does not compile, so that none is
 * forgotten.
 */
export type Scope = "all" | readonly string[];

/** Returns whether a chat is in a scope. */
export function isInScope(scope: Scope, chatId: string): boolean {
  return scope === "all" || scope.includes(chatId);
}
