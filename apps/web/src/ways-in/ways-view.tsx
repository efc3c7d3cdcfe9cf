import { useEffect, useRef } from "preact/hooks";
import { server } from "../connection/transport.ts";
import { Link } from "../route/link.tsx";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { toast } from "../ui/toasts.tsx";
import { waysWords } from "../words/ways.ts";
import { bookmarkAddress, sharingAddress } from "./bookmark.ts";
import { install } from "./install.ts";

/** Each way in which a link can come here. */
export function WaysView() {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const words = waysWords();
  return (
    <article class="ways">
      <Link to={{ page: undefined }} class="back">
        <Icon name="back" /> {words.back}
      </Link>
      <h2 ref={title} tabIndex={-1}>
        {words.title}
      </h2>
      <section>
        <h3>{words.here}</h3>
        <p>{words.hereText}</p>
      </section>
      <section>
        <h3>{words.install}</h3>
        <Install />
      </section>
      <section>
        <h3>{words.android}</h3>
        <p>{words.androidText}</p>
      </section>
      <section>
        <h3>{words.iphone}</h3>
        <ol>
          {words.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Copied text={sharingAddress(server)} label={words.iphone} />
        <p>{words.iphoneThen}</p>
      </section>
      <section>
        <h3>{words.bookmark}</h3>
        <p>{words.bookmarkText}</p>
        <p>
          {/* The policy of the page lets it run on other pages alone. */}
          <a
            class="button"
            href={bookmarkAddress(server)}
            onClick={(event) => {
              event.preventDefault();
              toast(words.bookmarkDrag);
            }}
          >
            {words.bookmarkName}
          </a>
        </p>
        <p>{words.bookmarkCopy}</p>
        <Copied text={bookmarkAddress(server)} label={words.bookmark} />
      </section>
      <section>
        <h3>{words.elsewhere}</h3>
        <p>{words.elsewhereText}</p>
      </section>
    </article>
  );
}

function Install() {
  const words = waysWords();
  if (matchMedia("(display-mode: standalone)").matches) return <p>{words.installed}</p>;
  if (install.value !== undefined)
    return (
      <p>
        <Button look="main" onClick={install.value}>
          {words.installNow}
        </Button>
      </p>
    );
  return <p>{isSecureContext ? words.installByHand : words.insecure}</p>;
}

/** A text to be copied: by the button, or by hand where a browser does not let the page. */
function Copied({ text, label }: { text: string; label: string }) {
  const words = waysWords();
  const field = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      toast(words.copied);
    } catch {
      // http://nas has no clipboard.
      field.current?.select();
      toast(words.copyByHand);
    }
  };
  return (
    <p class="copied">
      <input
        ref={field}
        readOnly
        value={text}
        aria-label={label}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <Button onClick={() => void copy()}>
        <Icon name="copy" size={16} /> {words.copy}
      </Button>
    </p>
  );
}
