import { identity, isLocal } from "../connection/identity.ts";
import { status } from "../connection/house-state.ts";
import { onDemand } from "../connection/on-demand.tsx";
import { Link } from "../route/link.tsx";
import { Segments } from "../ui/segments.tsx";
import { footWords } from "../words/foot.ts";
import { chooseLanguage, language, languages, type Language } from "../words/language.ts";
import "./foot.css";

const Account = onDemand(async () => (await import("../login/account.tsx")).Account);

const options = (Object.keys(languages) as Language[]).map((value) => ({ value, label: languages[value] }));

/** Shows what is needed seldom: the ways to other pages, the language, the account and the version. */
export function Foot() {
  const words = footWords();
  const who = identity.value;
  return (
    <footer class="foot">
      {typeof who === "object" ? (
        <nav aria-label={words.more}>
          <Link to={{ page: "house", task: undefined }}>{words.server}</Link>
          <Link to={{ page: "ways", task: undefined }}>{words.ways}</Link>
        </nav>
      ) : null}
      <Segments
        legend={words.language}
        name="language"
        value={language.value}
        options={options}
        onChange={chooseLanguage}
      />
      {typeof who === "object" && !isLocal(who) ? <Account who={who} /> : null}
      {status.value === undefined ? null : <span class="soft small">dwld {status.value.version}</span>}
    </footer>
  );
}
