package io.nexus.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;

/** The packaged gateway of this build. */
public final class Distribution {

  private Distribution() {}

  /** Unpacks it into a folder, and returns the command that serves, without a start-up cache. */
  public static String serve(Path folder) throws IOException, InterruptedException {
    var archive = Path.of(System.getProperty("nexus.distribution"));
    int exit =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", folder.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertEquals(0, exit, archive::toString);
    var home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    return "env NEXUS_AOT_CACHE=off NEXUS_JAVA_HOME=%s %s/nexus serve"
        .formatted(System.getProperty("java.home"), home);
  }
}
