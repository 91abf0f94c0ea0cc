package io.nexus.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nexus.server.LauncherBox.Launched;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the launcher of a packaged distribution: which Java it takes, and which cache. */
final class LauncherCacheTest {

  @TempDir private Path temp;
  private LauncherBox box;
  private Path java;
  private Path cache;

  @BeforeEach
  void layOut() throws IOException {
    box = new LauncherBox(temp);
    box.packaged();
    java = LauncherBox.jdk(box.temp.resolve("25"), "25.0.1");
    box.environment.put("JAVA_HOME", java.toString());
    cache = box.root.resolve("lib/nexus.aot");
  }

  @Test
  void findJava_runtimeBesideIt_takesItBeforeAllButTheOneNamed() throws Exception {
    Path runtime = LauncherBox.jdk(box.root.resolve("runtime"), "25.0.2");
    Files.delete(runtime.resolve("bin/javac"));

    Launched own = box.run("version");
    box.environment.put("NEXUS_JAVA_HOME", java.toString());
    Launched named = box.run("version");

    assertEquals("java: " + runtime, firstLine(own));
    assertFalse(own.out().contains("|-p|"), "the modules are in it");
    assertEquals("java: " + java, firstLine(named));
    assertTrue(named.out().contains("|-p|" + box.root.resolve("modules") + "|-m|"), named.out());
  }

  /** As in an image: the modules are in its Java only, and a shell is the only program. */
  @Test
  void serve_noProgramsAndNoModules_startsWithTheCache() throws Exception {
    LauncherBox.jdk(box.root.resolve("runtime"), "25.0.2");
    Files.delete(box.root.resolve("modules"));
    assertEquals(0, box.run("cache").exit());
    box.environment.put("PATH", box.temp.resolve("nothing").toString());

    Launched started = box.run("serve");

    assertEquals(7, started.exit(), started.err());
    assertEquals("", started.err());
    assertTrue(started.out().contains("|-XX:AOTCache=" + cache + "|"), started.out());
    assertTrue(started.out().contains("=org.xerial.sqlitejdbc|"), started.out());
  }

  @Test
  void serve_noCache_makesItWithTheServersFlagsAndStartsWithIt() throws Exception {
    Files.createFile(box.root.resolve("modules/sqlite-jdbc-3.54.1.0.jar"));

    Launched first = box.run("serve");
    Launched second = box.run("serve");

    assertEquals(7, first.exit(), first.err());
    assertEquals(1, made(first), first.err());
    assertEquals(0, made(second), second.err());
    assertEquals(first.out(), second.out());
    assertTrue(second.out().contains("-XX:AOTCache=" + cache + "|-Xlog:aot*=off|"), second.out());
    assertTrue(second.out().contains("-Dorg.sqlite.lib.path=" + cache + ".native|"), second.out());
    String training = Files.readString(cache);
    for (String flag :
        List.of("-XX:+UseSerialGC", "-Xms64m", "--enable-native-access=org.xerial.sqlitejdbc")) {
      assertTrue(training.contains(flag), training);
      assertTrue(second.out().contains(flag), second.out());
    }
  }

  @Test
  void serve_otherJavaOrModules_makesItAnew() throws Exception {
    box.run("serve");

    Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25.0.2\"\n");
    assertEquals(1, made(box.run("serve")), "another build of Java");
    Files.writeString(box.root.resolve("modules/a.jar"), "a");
    assertEquals(1, made(box.run("serve")), "another module");
    Files.delete(cache);
    assertEquals(1, made(box.run("serve")), "no cache");
    assertEquals(0, made(box.run("serve")), "nothing has changed");
  }

  @Test
  void serve_folderNotWritable_startsWithoutAWord() throws Exception {
    Files.createFile(box.root.resolve("lib"));

    Launched outcome = box.run("serve");

    assertEquals(7, outcome.exit());
    assertEquals("", outcome.err());
    assertFalse(outcome.out().contains("AOT"), outcome.out());
    Launched asked = box.run("cache");
    assertEquals(1, asked.exit());
    assertTrue(asked.err().contains("NEXUS_AOT_CACHE"), asked.err());
  }

  @Test
  void serve_rehearsalFails_startsWithoutAndTellsWhereToLook() throws Exception {
    Path real = java.resolve("bin/really");
    Files.move(java.resolve("bin/java"), real);
    LauncherBox.script(
        java.resolve("bin/java"),
        "case \"$*\" in *rehearse) echo broken; exit 3;; esac; exec '%s' \"$@\"".formatted(real));

    Launched outcome = box.run("serve");

    assertEquals(7, outcome.exit());
    assertTrue(outcome.err().contains("see " + cache + ".log"), outcome.err());
    assertEquals("broken\n", Files.readString(Path.of(cache + ".log")));
    assertFalse(outcome.out().contains("AOTCache"), outcome.out());
    assertEquals(1, box.run("cache").exit());
  }

  @Test
  void serve_cacheTurnedOffOrElsewhere_doesAsItIsTold() throws Exception {
    box.environment.put("NEXUS_AOT_CACHE", "off");
    Launched off = box.run("serve");
    Path elsewhere = box.temp.resolve("var/other.aot");
    box.environment.put("NEXUS_AOT_CACHE", elsewhere.toString());
    Launched other = box.run("serve");

    assertEquals("", off.err());
    assertFalse(off.out().contains("AOT"), off.out());
    assertTrue(off.out().contains("|-XX:Tier4InvocationThreshold=50000|"), off.out());
    assertFalse(other.out().contains("Tier4"), other.out());
    assertTrue(other.out().contains("-XX:AOTCache=" + elsewhere + "|"), other.out());
    assertFalse(Files.exists(cache));
  }

  @Test
  void otherCommands_cacheThere_useItButNeverMakeIt() throws Exception {
    assertFalse(box.run("check").out().contains("AOT"), "none is there");
    Launched made = box.run("cache");

    assertEquals(0, made.exit(), made.err());
    assertEquals("", made.out());
    assertTrue(box.run("check").out().contains("-XX:AOTCache=" + cache + "|"));
    assertTrue(box.run("demo").out().contains("-XX:AOTCache=" + cache + "|"));
  }

  private static String firstLine(Launched outcome) {
    return outcome.out().lines().findFirst().orElse(outcome.err());
  }

  private static long made(Launched outcome) {
    return outcome.err().lines().filter(line -> line.startsWith("nexus: preparing ")).count();
  }
}
