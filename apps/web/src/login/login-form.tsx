import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Code, ConnectError } from "@connectrpc/connect";
import { failureText } from "../connection/failure-text.ts";
import { isLoggedOut } from "../connection/identity.ts";
import { logIn } from "../connection/session.ts";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { loginWords } from "../words/login.ts";
import "./login.css";

/** Asks for a token, once: the browser then has a cookie in its place, and its password manager may keep the token. */
export function LoginForm() {
  const words = loginWords();
  return (
    <section class="login">
      <h2>{words.title}</h2>
      {isLoggedOut.value ? <p>{words.loggedOut}</p> : null}
      {globalThis.isSecureContext ? (
        <Form />
      ) : (
        // A token is not sent where others could read it, and the server would begin no session.
        <Notice tone="warn">
          {words.plain} {words.plainRemedy}
        </Notice>
      )}
    </section>
  );
}

function Form() {
  const words = loginWords();
  const token = useSignal("");
  const fault = useSignal("");
  const isBusy = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const send = async (): Promise<void> => {
    isBusy.value = true;
    fault.value = "";
    try {
      await logIn(token.value.trim());
    } catch (error) {
      fault.value = ConnectError.from(error).code === Code.Unauthenticated ? words.wrong : failureText(error);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy.value) void send();
      }}
    >
      <p>
        {words.explanation} <code>{words.command}</code>.
      </p>
      {/* A password manager keeps a password beside a name. */}
      <input
        class="heard"
        name="username"
        autocomplete="username"
        value="dwld"
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      <label class="field">
        {words.token}
        <input
          type="password"
          name="token"
          autocomplete="current-password"
          ref={field}
          required
          spellcheck={false}
          aria-invalid={fault.value !== ""}
          aria-describedby="login-fault"
          value={token.value}
          onInput={(event) => (token.value = event.currentTarget.value)}
        />
        <span class="fault" id="login-fault" role="alert">
          {fault.value}
        </span>
      </label>
      <Button look="main" type="submit" aria-disabled={isBusy.value}>
        {words.logIn}
      </Button>
    </form>
  );
}
