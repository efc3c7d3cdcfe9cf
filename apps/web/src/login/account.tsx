import { type Identity, Role } from "@dwld/rpc";
import { failureText } from "../connection/failure-text.ts";
import { logOut } from "../connection/session.ts";
import { Button } from "../ui/button.tsx";
import { toast } from "../ui/toasts.tsx";
import { loginWords } from "../words/login.ts";
import "./login.css";

/** Says who looks and what that person may do, with the way out. */
export function Account({ who }: { who: Identity }) {
  const words = loginWords();
  const { viewer, user, admin } = words.roles;
  const rights = who.role === Role.ADMIN ? admin : who.role === Role.USER ? user : viewer;
  const chats = who.chatIds.length === 0 ? [] : [words.chats(who.chatIds.join(", "))];
  const leave = (everywhere: boolean): void => {
    logOut({ everywhere }).catch((error: unknown) => toast(failureText(error)));
  };
  return (
    <div class="account">
      <span>
        {words.you} <bdi>{who.name}</bdi>: {[rights, ...chats].join(", ")}.
      </span>
      <Button look="plain" onClick={() => leave(false)}>
        {words.logOut}
      </Button>
      <Button look="plain" onClick={() => leave(true)}>
        {words.logOutEverywhere}
      </Button>
    </div>
  );
}
