import { useEffect, useRef } from "preact/hooks";
import { seesMachine } from "../connection/identity.ts";
import { leave } from "../route/route.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { houseWords } from "../words/house.ts";
import { detailsWords } from "../words/house-details.ts";
import { DiskView } from "./disk-view.tsx";
import { askSoon, isOpen, status } from "../connection/house-state.ts";
import { BotsView, LimitsView, MachineView } from "./machine-view.tsx";
import { ProgramsView } from "./programs-view.tsx";
import { SitesView } from "./sites-view.tsx";
import { TroubleNotices } from "./trouble-notices.tsx";
import { WeekView } from "./week-view.tsx";

/** The details of the house: `?page=house`. */
export function HouseView() {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    isOpen.value = true;
    askSoon();
    return () => {
      isOpen.value = false;
    };
  }, []);
  const words = detailsWords();
  const known = status.value;
  return (
    <article class="house-view">
      <Button look="plain" class="house-back" onClick={() => leave({ page: undefined })}>
        <Icon name="back" />
        {words.back}
      </Button>
      <h2 ref={title} tabIndex={-1}>
        {houseWords().server}
      </h2>
      {known === undefined || !seesMachine.value ? null : <TroubleNotices all />}
      <WeekView />
      {known === undefined || !seesMachine.value ? null : (
        <>
          <DiskView status={known} />
          <SitesView />
          <ProgramsView status={known} />
          <MachineView status={known} />
          <BotsView bots={known.bots} />
          <LimitsView limits={known.limits} />
        </>
      )}
    </article>
  );
}
