import { judgeFailure } from "../connection/call-failure.ts";
import { type ExitStatus, explain, type Session } from "../session.ts";

/**
 * Does the same to several tasks; what the api refuses for one does not stop the others.
 * @returns 0 only where it was done to all of them.
 * @throws where there is no api to ask.
 */
export async function eachId(session: Session, ids: string[], act: (id: string) => Promise<void>): Promise<ExitStatus> {
  let status: ExitStatus = 0;
  for (const id of ids) {
    try {
      await act(id);
    } catch (error) {
      session.signal.throwIfAborted();
      if (judgeFailure(error) !== "answered") throw error;
      session.output.complain(ids.length === 1 ? explain(session, error) : `${id}: ${explain(session, error)}`);
      status = 1;
    }
  }
  return status;
}
