import { useSignal } from "@preact/signals";
import { failureText } from "../connection/failure-text.ts";
import { logIn } from "../connection/identity.ts";
import { Button } from "../ui/button.tsx";

/** Asks for a token, once. */
export function LoginForm() {
  const token = useSignal("");
  const fault = useSignal("");
  return (
    <form
      class="login"
      onSubmit={(event) => {
        event.preventDefault();
        logIn(token.value.trim()).catch((error: unknown) => (fault.value = failureText(error)));
      }}
    >
      <label class="field">
        Token
        <input
          type="password"
          autocomplete="current-password"
          value={token.value}
          onInput={(event) => (token.value = event.currentTarget.value)}
        />
        {fault.value === "" ? null : <span class="fault">{fault.value}</span>}
      </label>
      <Button look="main" type="submit">
        Log in
      </Button>
    </form>
  );
}
