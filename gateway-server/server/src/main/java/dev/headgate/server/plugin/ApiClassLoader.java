package dev.headgate.server.plugin;

import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * What a plug-in sees of the server: the JDK, the engine SPI, slf4j and JSpecify's annotations, and
 * nothing else; no resource either, save the JDK's. So neither the server's libraries nor another
 * plug-in's can meet its own.
 */
final class ApiClassLoader extends ClassLoader {
  private static final String SPI_PACKAGE = "dev.headgate.engine";

  private final ClassLoader server;

  ApiClassLoader(ClassLoader server) {
    super("headgate-plugin-api", ClassLoader.getPlatformClassLoader());
    this.server = server;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    if (isShared(name)) {
      return server.loadClass(name);
    }
    throw new ClassNotFoundException(name);
  }

  /** Adapters may live in packages below the SPI's: those are their own. */
  static boolean isShared(String className) {
    int lastDot = className.lastIndexOf('.');
    String packageName = lastDot < 0 ? "" : className.substring(0, lastDot);
    return packageName.equals(SPI_PACKAGE)
        || packageName.equals("org.slf4j")
        || packageName.startsWith("org.slf4j.")
        || packageName.equals("org.jspecify.annotations");
  }

  @Override
  public URL getResource(String name) {
    return getParent().getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) {
    return Collections.emptyEnumeration();
  }
}
