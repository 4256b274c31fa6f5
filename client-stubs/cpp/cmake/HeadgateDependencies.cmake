# Finds what the client links against, for its own build and for who uses the installed package. Debian's Thrift and zstd
# bring no CMake package of their own.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(OpenSSL)
find_dependency(ZLIB)

macro(headgate_library name library header package)
  if(NOT TARGET Headgate::${name})
    find_library(HEADGATE_${name}_LIBRARY NAMES ${library})
    find_path(HEADGATE_${name}_INCLUDE_DIR NAMES ${header})
    if(NOT HEADGATE_${name}_LIBRARY OR NOT HEADGATE_${name}_INCLUDE_DIR)
      message(FATAL_ERROR "Headgate needs ${name} (Debian: apt install ${package})")
    endif()
    add_library(Headgate::${name} UNKNOWN IMPORTED)
    set_target_properties(Headgate::${name} PROPERTIES IMPORTED_LOCATION "${HEADGATE_${name}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${HEADGATE_${name}_INCLUDE_DIR}")
    mark_as_advanced(HEADGATE_${name}_LIBRARY HEADGATE_${name}_INCLUDE_DIR)
  endif()
endmacro()

headgate_library(thrift thrift thrift/Thrift.h "libthrift-dev libboost-dev")
headgate_library(zstd zstd zstd.h libzstd-dev)
