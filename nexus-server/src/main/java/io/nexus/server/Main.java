package io.nexus.server;

import java.lang.module.ModuleDescriptor;

/** The command line. */
public final class Main {

  private Main() {}

  /**
   * Prints the version.
   *
   * @param args not read
   */
  public static void main(String[] args) {
    ModuleDescriptor descriptor = Main.class.getModule().getDescriptor();
    String version =
        descriptor == null ? "unknown" : descriptor.rawVersion().orElse("without a version");
    System.out.println("nexus " + version);
  }
}
