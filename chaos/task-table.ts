/** The task table, as one sees it who is not dwld. */
export interface TaskTable extends AsyncDisposable {
  /** Runs a query in the SQL that both engines have. */
  rows<R>(query: string): Promise<R[]>;
  /** Has the table record every change of a state in chaos_journal. dwld does not know of it. */
  recordTransitions(): Promise<void>;
  /** Returns what is wrong with the files of the database. */
  damage(): Promise<string[]>;
}
