/** What `dbutils.help()` says: each module, and each method as it is written. */

export interface ModuleHelp {
  readonly summary: string;
  /** Method -> how it is called, and what it does. */
  readonly methods: Readonly<Record<string, readonly [call: string, text: string]>>;
}

export const HELP: Readonly<Record<string, ModuleHelp>> = {
  widgets: {
    summary: "A notebook's parameters: the task's or the command's values beat the defaults declared here.",
    methods: {
      text: ["text(name, defaultValue, label?)", "Declares a parameter of any text."],
      dropdown: ["dropdown(name, defaultValue, choices, label?)", "Declares a parameter with one of some values."],
      combobox: ["combobox(name, defaultValue, choices, label?)", "Declares a parameter with suggested values."],
      multiselect: [
        "multiselect(name, defaultValue, choices, label?)",
        "Declares a parameter with some of some values: one text, with commas.",
      ],
      get: ["get(name): string", "The value; an error where neither a value nor a widget is called so."],
      getAll: ["getAll(): Record<string, string>", "All values by their names."],
      getArgument: ["getArgument(name, defaultValue?): string", "The value, or the default given here."],
      remove: ["remove(name)", "Takes a widget away."],
      removeAll: ["removeAll()", "Takes all widgets away."],
    },
  },
  notebook: {
    summary: "Leaves this notebook, and runs others.",
    methods: {
      exit: ["exit(value): never", "Ends the notebook with a text (anything else becomes JSON) of at most 5 MiB."],
      run: [
        "await run(path, timeoutSeconds, args?): Promise<string>",
        "Runs another notebook with widgets of its own and gives its exit value; 0 seconds for no limit.",
      ],
      getContext: ["getContext(): JobContext", "The job, run and task: tags().get('jobId').get()."],
    },
  },
  "jobs.taskValues": {
    summary: "Small values that a task leaves to those after it.",
    methods: {
      set: ["set({ key, value })", "Keeps a value whose JSON has at most 48 KiB."],
      get: [
        "get({ taskKey, key, default?, debugValue? })",
        "The value that a task before this one set; debugValue outside a run.",
      ],
    },
  },
  fs: {
    summary: "Files of this machine by Databricks' paths: `paths:` in lakelet.yml says where they lie.",
    methods: {
      ls: ["ls(path): FileInfo[]", "Files and folders in a folder, by name."],
      head: ["head(path, maxBytes?): string", "The first bytes of a file as text; 65,536 unless told."],
      put: ["put(path, contents, overwrite?): boolean", "Writes a text to a file."],
      mkdirs: ["mkdirs(path): boolean", "Makes a folder and those above it."],
      cp: ["cp(from, to, recurse?): boolean", "Copies a file, or a folder with recurse."],
      mv: ["mv(from, to, recurse?): boolean", "Moves a file, or a folder with recurse."],
      rm: ["rm(path, recurse?): boolean", "Removes a file, or a folder with recurse; false where there was nothing."],
      mounts: ["mounts(): MountInfo[]", "The mapped paths and their folders here."],
    },
  },
  secrets: {
    summary: "Secrets from environment variables named <SCOPE>_<KEY>; shown as [REDACTED].",
    methods: {
      get: ["get(scope, key): string", "The secret's value."],
      getBytes: ["getBytes(scope, key): Uint8Array", "The secret's value as bytes (UTF-8)."],
      list: ["list(scope): SecretMetadata[]", "The keys of a scope."],
      listScopes: ["listScopes()", "Refused: an environment has no scopes, only variables."],
    },
  },
  data: {
    summary: "A look at data.",
    methods: {
      summarize: [
        "await summarize(df)",
        "Displays count, mean, deviation, quartiles, least and greatest of each column.",
      ],
    },
  },
};
