package io.nexus.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** The launcher at the root of the repository in which these classes were built. */
public final class Launcher {
  private static final String NAME = "nexus";

  private Launcher() {}

  /**
   * The command that starts a gateway.
   *
   * @throws IllegalArgumentException if there is no launcher
   */
  public static String serve() {
    var classes = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0]);
    for (var folder = classes.toAbsolutePath(); folder != null; folder = folder.getParent()) {
      var launcher = folder.resolve(NAME);
      if (Files.isRegularFile(launcher) && Files.isExecutable(launcher)) {
        return launcher + " serve";
      }
    }
    throw new IllegalArgumentException(
        "there is no launcher above " + classes + ": say the command that starts the gateway");
  }
}
