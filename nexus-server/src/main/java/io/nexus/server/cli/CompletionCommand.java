package io.nexus.server.cli;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nexus completion}. */
@Command(
    name = "completion",
    description =
        "Print a script that completes commands and options in a shell: source <(nexus completion"
            + " bash), or the same with zsh.",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {

  /** The shells that understand the script. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  CompletionCommand() {}

  @Override
  public void run() {
    var out = spec.commandLine().getOut();
    if (shell == Shell.ZSH) {
      // A bash script, which zsh accepts after bashcompinit.
      out.println("autoload -U +X compinit && compinit");
      out.println("autoload -U +X bashcompinit && bashcompinit");
    }
    out.print(AutoComplete.bash("nexus", NexusCommand.all()));
    out.flush();
  }
}
