/**
 * Engine adapters as plug-ins: each from a folder of jars in a class loader of its own, and the
 * engines that the configuration opens with them.
 */
@NullMarked
package dev.headgate.server.plugin;

import org.jspecify.annotations.NullMarked;
